// LibTorch speaks C++ alone: TorchBridge includes its headers, and this module only passes on where they are.
