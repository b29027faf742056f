"""A firm's own pages: its people, and what its coordinator does about them."""
