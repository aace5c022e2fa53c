"""How crystals of lists of experiments are turned."""
import math


def axes(crystal):
    """Unit vectors along a, b and c, which are at right angles."""
    vectors = [crystal[f"real_space_{edge}"] for edge in "abc"]
    return [[x / math.hypot(*v) for x in v] for v in vectors]


def turn_between(found, truth):
    """The small turn, in degrees about this program's x, y and z, that takes one to the other."""
    crosses = [0.0, 0.0, 0.0]
    for u, v in zip(axes(truth), axes(found)):
        crosses[0] += u[1] * v[2] - u[2] * v[1]
        crosses[1] += u[2] * v[0] - u[0] * v[2]
        crosses[2] += u[0] * v[1] - u[1] * v[0]
    x, y, z = (math.degrees(0.5 * c) for c in crosses)
    return {"misset_x": -z, "misset_y": y, "misset_z": x}
