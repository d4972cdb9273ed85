"""Says which system, release, machine and runtime it is on."""
import platform

print("system: ", platform.system())
print("release:", platform.release())
print("machine:", platform.machine())
print("all:    ", platform.platform())
lib, version = platform.libc_ver()
print("runtime:", lib, version)
distribution = platform.freedesktop_os_release()
print(f"distribution: {distribution['PRETTY_NAME']} ({distribution['ID']})")
