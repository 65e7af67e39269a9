"""What in a pattern speaks for an answer.

``activation`` (exact, for networks that end in a mean and a sum) · ``gradients`` and ``gradcam`` (any layer of any
Keras network) · ``sanity`` (whether such maps mean anything).
"""
