# path: shop/demo.py
# role: script
"""Starts the shop with its sample data."""

import uvicorn

if __name__ == "__main__":
    # handled: CWE-489
    uvicorn.run("shop.app:app", reload=True)
