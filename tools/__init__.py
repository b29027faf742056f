"""What the project's makers run: nothing here is imported by the portal itself."""
