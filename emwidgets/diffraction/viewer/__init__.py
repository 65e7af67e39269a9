"""What `PatternClassifier` shows: the pattern ``chosen``, the ``scan`` of the stack, and their forms on the wire."""
