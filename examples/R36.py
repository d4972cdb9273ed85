import socket
import urllib.request

from prometheus_client import Counter, start_http_server

requests = Counter("app_requests_total", "Requests by path and status", ["path", "status"])
with socket.create_server(("127.0.0.1", 0)) as server:
    port = server.getsockname()[1]
start_http_server(port, addr="127.0.0.1")

for _ in range(5):
    requests.labels("/", "200").inc()
requests.labels("/missing", "404").inc()
requests.labels("/bulk", "200").inc(2.5)

page = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
for line in page.splitlines():
    if "app_requests_total" in line:
        print(line)
