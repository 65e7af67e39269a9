"""The networks: how they are built, what they see and learn from, and how they are shipped.

``normalise`` is what every network sees of a frame. ``architectures`` · ``corpus`` (simulated patterns on disk) ·
``augment`` (training batches) · ``export`` (what is shipped; graph and temperature come from `emwidgets.models`). For
fine-tuning: ``lesson`` (features and labels), ``head`` (the last layer), ``onnx_weights`` and ``network_files`` (a
graph with another head).
"""
