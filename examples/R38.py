"""Stops cleanly on SIGTERM and SIGINT, finishing what it is doing."""
import signal
import time

stopping = False


def stop(signum, frame):
    global stopping
    stopping = True


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)
finished = 0
while not stopping:
    if finished == 2:
        signal.raise_signal(signal.SIGTERM)  # somebody stops us here
    time.sleep(0.02)
    finished += 1
    print("finished item", finished)
print("stopped cleanly after", finished, "items")
