# path: shop/dev/server.py
# role: web handler
import uvicorn
from fastapi import FastAPI

# found: CWE-489
app = FastAPI(debug=True)


@app.get("/")
def index():
    return {}


if __name__ == "__main__":
    # found: CWE-489
    uvicorn.run("shop.dev.server:app", reload=True)
