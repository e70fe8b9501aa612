"""What TensorFlow says: one .npz of inputs and outputs an assignment, and the program that records them.

The chapters' files ask TensorFlow, ``record`` stores its answers and loads them again without it.
"""
