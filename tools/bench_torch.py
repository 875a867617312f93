"""PyTorch's network beside ours, for all that `bench` races."""


def twin(params, kind="RNN"):
    """Return a torch network, of the class `torch.nn` calls `kind`, and its read-out.

    They have copies of our weights, in their type; the second bias, which ours lack, is 0 but for
    the GRU's b_hn.
    """
    import torch

    p = {k: torch.tensor(w) for k, w in params.items()}
    (I, _), (H, C), dtype = p["W_in"].shape, p["W_out"].shape, p["W_in"].dtype
    net, read = getattr(torch.nn, kind)(I, H, dtype=dtype), torch.nn.Linear(H, C, dtype=dtype)
    b_hh = torch.zeros_like(p["b_h"])
    if "b_hn" in p:
        b_hh[-H:] = p["b_hn"]
    weights = {"weight_ih_l0": p["W_in"].T, "weight_hh_l0": p["W_hh"].T, "bias_ih_l0": p["b_h"]}
    net.load_state_dict(weights | {"bias_hh_l0": b_hh})
    read.load_state_dict({"weight": p["W_out"].T, "bias": p["b_out"]})
    return net, read
