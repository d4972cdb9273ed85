#!/usr/bin/python3
"""Writes number_table.c: the powers of ten that reading and writing floats multiply with.

Run in this directory: /usr/bin/python3 number_table.py > number_table.c
"""
FIRST, LAST = -342, 324


def top_bits(k):
    """The top 128 bits of 10^k: cut off for k >= 0, rounded up below."""
    power = 5 ** abs(k)
    if k >= 0:
        shift = power.bit_length() - 128
        return power >> shift if shift > 0 else power << -shift
    bits = power.bit_length() + 127
    value = (1 << bits) // power + 1
    if value >> 128:
        value = (1 << bits - 1) // power + 1
    return value


print("/* Made by number_table.py; do not edit. */")
print("/* clang-format off */")
print('#include "core/number.h"')
print()
print("const td__pow10 td__pow10_table[] = {")
for k in range(FIRST, LAST + 1):
    value = top_bits(k)
    assert value >> 127 == 1, k
    print(f"\t{{0x{value >> 64:016X}, 0x{value & (1 << 64) - 1:016X}}}, /* {k} */")
print("};")
print()
print("const char td__two_digits[201] =")
for row in range(10):
    print('    "' + "".join(f"{row}{i}" for i in range(10)) + '"' + (";" if row == 9 else ""))
