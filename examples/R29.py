"""A dict to JSON text and back."""
import json

server = {"name": "web-1", "ip": "192.0.2.10", "ports": [80, 443], "load": 0.25, "owner": None}
text = json.dumps(server)
print(text)
print(json.dumps(server, indent=4, sort_keys=True))

back = json.loads(text)
print(back == server)
print("first port:", back["ports"][0])
try:
    json.loads('{"name": "web-1",}')
except json.JSONDecodeError as e:
    print("not JSON:", e)
    print("at line", e.lineno, "column", e.colno)
