"""What schemathesis cannot send by itself: the bytes of resumable uploads go out as those of whole ones."""
import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
