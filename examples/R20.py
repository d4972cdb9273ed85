"""Measures how long a step took."""
import time


def step():
    time.sleep(0.2)


start = time.perf_counter()
step()
took = time.perf_counter() - start
if took >= 0.2:
    print("the step took its time")
if took < 30:
    print(f"and not for ever: less than {30} s")
