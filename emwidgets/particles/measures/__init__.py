"""What can be measured in a picture of a particle with a ruler and a scale, and a classifier that knows no more."""
