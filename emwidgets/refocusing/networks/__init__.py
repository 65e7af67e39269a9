"""Networks that refocus: what they are given, what they are made of, and how they are taught."""
