print("neuropil")
