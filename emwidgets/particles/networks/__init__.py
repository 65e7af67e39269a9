"""Networks that read particles: what they are shown, how they are built and taught."""
