# path: tools/local_server.py
# role: script
"""Starts the server."""

import uvicorn

if __name__ == "__main__":
    # unseen: CWE-489 who runs tools/local_server.py
    uvicorn.run("shop.app:app", reload=True)
