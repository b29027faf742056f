"""What goes out of a consultation as a file: PDF, Word, Excel, JSON, Markdown.

`content.read_paper` and `content.read_threads` read, as one viewer, what that viewer may see. Every format is written
from what they return and from nothing else, so that nothing hidden can go along.
"""
