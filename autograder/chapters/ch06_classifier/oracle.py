"""Chapter 6: TensorFlow has no mosaic, so it concatenates the maps one by one.

`design` has many right answers and so none to record.
"""

import numpy as np

_WIDE = np.arange(2 * 3 * 5, dtype=float).reshape(2, 3, 5) - 7.5
_TIED = np.array([[[1.0, 1.0, -2.0, 0.0]], [[3.0, 1.0, -2.0, 4.0]]])
_BYTES = np.arange(24, dtype="uint8").reshape(2, 4, 3) * 10

CALLS = {
    "mosaic": [dict(maps=maps, columns=columns) for maps in (_WIDE, _TIED, _BYTES) for columns in (1, 2, 3, 5, 7)],
}


def mosaic(tf, maps, columns):
    """Concatenate whole rows of maps, each row map by map, with maps of zeros at the end."""
    height, width, channels = maps.shape
    rows = -(-channels // columns)
    tiles = [tf.constant(maps[:, :, c]) for c in range(channels)]
    tiles += [tf.zeros((height, width), maps.dtype)] * (rows * columns - channels)
    return tf.concat([tf.concat(tiles[r * columns : (r + 1) * columns], 1) for r in range(rows)], 0).numpy()
