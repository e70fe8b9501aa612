"""What runs beside student code: visible in the sandbox, so it knows no answer and imports NumPy and IPython alone."""
