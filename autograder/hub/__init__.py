"""A JupyterHub for trying the course with several users, each a Unix user in a view of their own."""
