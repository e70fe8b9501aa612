"""All that is known of the exercises of chapter 6."""
