"""Simulated images as functions of torch tensors.

    import nanobragg, nanobragg.torch
    misset = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    image = nanobragg.torch.simulate(experiment, {"misset": misset})
    ((image - observed) ** 2).sum().backward()
"""
import torch

import nanobragg

AMPLITUDES = "structure_factors"


class StillsDataset(torch.utils.data.IterableDataset):
    """Stills as a dataset: pairs of tensors, the image and the numbers of its label.

        series = nanobragg.stills(experiment, 100000, lattices="1-3", dtype="float32")
        loader = torch.utils.data.DataLoader(StillsDataset(series, ["lattices", "b_factor"]),
                                             batch_size=16, num_workers=8)

    labels: names, in the order of the numbers; all of them, sorted, where not given. Each worker of
    a DataLoader makes every n-th image, all together each once. rank, count: of the processes that
    train together, each with loaders of its own.
    """

    def __init__(self, series, labels=None, rank=0, count=1):
        super().__init__()
        self.series = series
        self.labels = sorted(series.label(0)) if labels is None else list(labels)
        known = {*series.label(0), "photons"}
        for name in self.labels:
            if name not in known:
                raise nanobragg.UsageError(f"no label '{name}' (there are {', '.join(sorted(known))})")
        if not 0 <= rank < count:
            raise nanobragg.UsageError(f"rank {rank} of {count}")
        self.rank, self.count = rank, count

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        workers, own = (worker.num_workers, worker.id) if worker else (1, 0)
        for number in range(self.rank * workers + own, len(self.series), self.count * workers):
            image, label = self.series[number]
            yield torch.from_numpy(image), torch.tensor([label[name] for name in self.labels], dtype=torch.float64)


class _Simulate(torch.autograd.Function):
    """Images of the panels as a function of parameters, each tensor under its name."""

    @staticmethod
    def forward(ctx, experiment, names, threads, *tensors):
        ctx.experiment = _at(experiment, dict(zip(names, tensors)))
        ctx.names, ctx.threads = names, threads
        ctx.like = [(t.shape, t.dtype, t.device) for t in tensors]
        ctx.save_for_backward(*tensors)
        images = nanobragg.simulate(ctx.experiment, "float64", threads)
        images = images if isinstance(images, list) else [images]
        device = next((t.device for t in tensors), torch.device("cpu"))
        return tuple(torch.from_dlpack(image).to(device) for image in images)

    @staticmethod
    def backward(ctx, *d_images):
        with torch.no_grad():
            gradients = _Simulate.gradients(ctx, d_images)
        if torch.is_grad_enabled():
            # A graph of the gradients is kept (create_graph=True), perhaps to go through it. A
            # gradient that hangs on nothing would have derivatives of 0 there.
            causes = [*ctx.saved_tensors, *(d for d in d_images if d is not None)]
            gradients = [g if g is None else _OfFirstOrder.apply(g, *causes) for g in gradients]
        return None, None, None, *gradients

    @staticmethod
    def gradients(ctx, d_images):
        """A gradient for each tensor; None for what is not wanted."""
        panels = ctx.experiment.detector.panels
        d_images = [
            torch.zeros(panel.shape, dtype=torch.float64) if d is None else d.detach().cpu()
            for d, panel in zip(d_images, panels)
        ]
        d_image = d_images[0] if len(d_images) == 1 else d_images
        wanted = dict(zip(ctx.names, ctx.needs_input_grad[3:]))
        parameters = {
            name: nanobragg.parameter_names([name], len(panels))
            for name, need in wanted.items() if need and name != AMPLITUDES
        }
        by = {}
        if parameters:
            names = sorted(set().union(*parameters.values()))
            by = nanobragg.gradient(ctx.experiment, d_image, ctx.threads, names=names)
        gradients = []
        for name, (shape, dtype, device) in zip(ctx.names, ctx.like):
            if not wanted[name]:
                gradients.append(None)
                continue
            if name == AMPLITUDES:
                values = nanobragg.amplitude_gradient(ctx.experiment, d_image, ctx.threads)
                gradient = torch.from_dlpack(values)
                if len(shape) == 1:
                    reflections = ctx.experiment.structure_factors.reflections
                    mates = torch.from_dlpack(reflections).flatten()
                    by_position = gradient.flatten()
                    gradient = by_position.new_zeros(shape).index_add_(0, mates, by_position)
            else:
                values = [by[parameter] for parameter in parameters[name]]
                gradient = torch.tensor(values, dtype=torch.float64)
            gradients.append(gradient.reshape(shape).to(device=device, dtype=dtype))
        return gradients


class _OfFirstOrder(torch.autograd.Function):
    """A gradient as it is, whose own derivatives are not known."""

    @staticmethod
    def forward(ctx, gradient, *causes):
        return gradient.clone()

    @staticmethod
    def backward(ctx, *_):
        raise RuntimeError(
            "second derivatives of nanobragg.torch.simulate (it has those of first order alone)"
        )


def _at(experiment, tensors):
    """The experiment with the values of the tensors."""
    values = {}
    single = next((name for name in tensors if name.startswith("F(")), None)
    if single and AMPLITUDES in tensors:
        raise nanobragg.UsageError(f"{single} with structure_factors (which holds it)")
    for name, tensor in tensors.items():
        tensor = tensor.detach().cpu().double()
        if name == AMPLITUDES:
            table = experiment.structure_factors
            if tensor.dim() == 1 and table.table is not None:
                experiment = experiment.replace(structure_factors=table.with_amplitudes(tensor))
                continue
            if table.table is None or tuple(tensor.shape) != table.table.shape:
                shape = None if table.table is None else table.table.shape
                raise nanobragg.UsageError(
                    f"structure_factors has the shape {tuple(tensor.shape)} (the table has {shape})"
                )
            changed = nanobragg.StructureFactors.from_table(table.first, tensor, table.default)
            experiment = experiment.replace(structure_factors=changed)
        else:
            values[name] = tensor.flatten().tolist()
    return experiment.with_values(values)


def simulate(experiment, tensors, threads=None):
    """The image of an experiment as a differentiable function of named tensors.

    tensors: a dict from the name of a parameter to a tensor of one number, from the name of a group
    ("misset", "cell") to a tensor of as many numbers as it has parameters, in their units; from
    "F(h,k,l)" to the amplitude of that reflection and its mates by symmetry; and from
    "structure_factors" to the amplitudes of the unique reflections of the experiment's table, one
    behind the other as structure_factors.reflections numbers them, or to amplitudes in the shape of
    the table, each for itself. What is not named stays as the experiment has it.

    Returns a tensor (slow, fast) of expected photons in double precision, or a tuple of them, one
    for each panel of a detector of several. Derivatives are exact and of first order; asking for
    others raises RuntimeError. They pass
    torch.autograd.gradcheck where no pixel changes the reflection it is nearest to: there the image
    itself jumps.

    Raises UsageError for an unknown name or another number of values, Error where the values make
    no experiment.
    """
    images = _Simulate.apply(experiment, tuple(tensors), threads, *tensors.values())
    return images[0] if len(images) == 1 else images
