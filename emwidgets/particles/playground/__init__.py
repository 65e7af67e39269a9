"""The room of `ParticlePlayground`: what is played with, asked, shown, made and drawn."""
