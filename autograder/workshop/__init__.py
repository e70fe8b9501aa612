"""For whoever changes the course: audit, mutants, benchmark, demo class, attacks, recorder of TensorFlow, templates."""
