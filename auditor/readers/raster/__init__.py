"""Pictures of everyday formats: their pixels, their metadata, and what hides beside them."""
