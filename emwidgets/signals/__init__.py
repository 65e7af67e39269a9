"""The one gate between HyperSpy and arrays: calibrated frames in, signals with axes and provenance out.

=====================  ==========================================================================
`calibration`          axes in nm or 1/nm (or px, said to be so), without touching a pixel
`calibrated_frames`    the same, and the frames as float32 with missing pixels filled and masked
`frame`                one frame of a stack, computing only that one
`map_frames`           a function on every frame, through HyperSpy's ``map``; lazy stays lazy
`to_signal`            an array back into a signal with calibrated axes
`provenance`           how a result was made: digest of the pixels, parameters, versions, date
=====================  ==========================================================================
"""

from emwidgets.signals.axes import Calibration, UncalibratedError, calibration
from emwidgets.signals.frames import Frames, calibrated_frames, frame, to_signal
from emwidgets.signals.mapping import map_frames, navigation_chunks
from emwidgets.signals.origin import Provenance, pixel_digest, provenance

__all__ = [
    "Calibration",
    "Frames",
    "Provenance",
    "UncalibratedError",
    "calibrated_frames",
    "calibration",
    "frame",
    "map_frames",
    "navigation_chunks",
    "pixel_digest",
    "provenance",
    "to_signal",
]
