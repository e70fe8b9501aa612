"""What an instructor reads about a whole class: what it got wrong, and which submissions are alike."""
