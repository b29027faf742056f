"""How much is taken in. The proxy's limit on a request (deploy/Caddyfile) must lie above these."""

MEBIBYTE = 1024 * 1024
MAX_BYTES = 25 * MEBIBYTE  # of one file, before and after it was cleaned
MAX_FILES = 5  # at one comment
MAX_REQUEST = MAX_FILES * MAX_BYTES + MEBIBYTE  # of one form with its files; a longer one is not read at all
MAX_NAME = 160  # characters of a file name

MAX_PARTS = 4_000  # of a Word, Excel, PowerPoint or OpenDocument file
MAX_UNPACKED = 256 * MEBIBYTE  # of all parts together, as counted while unpacking
MAX_RATIO = 100  # unpacked to packed (SECURITY.md A7), for parts that unpack to more than RATIO_FROM
RATIO_FROM = 128 * 1024
MAX_PIXELS = 30_000_000  # of one picture
MAX_FRAMES = 100  # of one moving picture
