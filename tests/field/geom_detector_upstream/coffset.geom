photon_energy = 9500 eV
adu_per_photon = 1
res = 13333.3
data = /entry/data/data
dim0 = %
dim1 = ss
dim2 = fs
clen = 95.3 mm   ; as measured
p0/min_fs = 0
p0/max_fs = 63
p0/min_ss = 0
p0/max_ss = 63
p0/fs = +1.0x +0.0y
p0/ss = +0.0x +1.0y
p0/corner_x = -32
p0/corner_y = -32

p0/coffset = -0.2
