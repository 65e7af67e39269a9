"""The networks: how they are built, what they see and learn from, and how they are shipped.

``normalise`` is what every network sees of a frame. ``architectures`` · ``corpus`` (simulated patterns on disk) ·
``augment`` (training batches) · ``calibrate`` (temperature and calibration error) · ``onnx_graph`` and ``export`` (what
is shipped). For fine-tuning: ``lesson`` (features and labels), ``head`` (the last layer), ``onnx_weights`` and
``network_files`` (a graph with another head).
"""
