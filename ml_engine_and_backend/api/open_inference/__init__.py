"""The Open Inference Protocol, version 2, over HTTP: for clients that bring tensors.

Sources: https://github.com/kserve/open-inference-protocol (specification/protocol) and, for tensors
as bytes behind the JSON, the binary tensor data extension of the Triton inference server.
"""
