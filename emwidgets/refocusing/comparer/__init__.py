"""What `RefocusComparer` is made of: its controls, the image that is looked at, and what is told of its restoration."""
