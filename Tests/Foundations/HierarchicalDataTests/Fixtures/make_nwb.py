"""Makes units.nwb with PyNWB: two units, one of them silent.

python3 -m pip install pynwb && python3 make_nwb.py
"""
from datetime import datetime, timezone

from pynwb import NWBHDF5IO, NWBFile

file = NWBFile("a session", "session 1", datetime(2020, 1, 2, tzinfo=timezone.utc))
file.add_unit(spike_times=[0.5, 1.25], obs_intervals=[[0.0, 3.0]], id=7)
file.add_unit(spike_times=[], obs_intervals=[[0.0, 4.0]], id=9)
file.add_unit(spike_times=[2.0], obs_intervals=[[0.0, 3.0]], id=8)
with NWBHDF5IO("units.nwb", "w") as out:
    out.write(file, cache_spec=False)
