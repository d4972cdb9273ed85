"""Pipes one command into another without a shell."""
import subprocess

words = subprocess.Popen(["printf", "%s\\n", "pear", "apple", "fig"], stdout=subprocess.PIPE)
sorted_ = subprocess.Popen(["sort"], stdin=words.stdout, stdout=subprocess.PIPE)
words.stdout.close()
print(sorted_.communicate()[0].decode())
print(words.wait(), sorted_.wait())
