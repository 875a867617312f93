"""Cells with gates, as derived in notebook 09: the LSTM and the GRU.

Letters and shapes are those of the notebooks; what all cells share stands in `network`. The loops
hold -z of the gates, since σ(z) = 1 / (1 + exp(-z)).
"""

import numpy as np

from .arguments import as_numbers
from .network import Cache, Recurrent


class LSTM(Recurrent):
    """Long short-term memory (Hochreiter and Schmidhuber 1997, Gers et al. 2000).

        [z_i, z_f, z_g, z_o] = x_t W_in + h_{t-1} W_hh + b_h
        c_t = σ(z_f) c_{t-1} + σ(z_i) tanh z_g        h_t = σ(z_o) tanh c_t

    Parameters and attributes are those of `Recurrent`: ``W_in`` of shape (I, 4H), ``W_hh`` (H, 4H)
    and ``b_h`` (4H,), columns in the order i, f, g, o; the state is [h, c], of shape (N, 2H). Of
    PyTorch's ``nn.LSTM``: ``W_in = weight_ih_l0.T``, ``W_hh = weight_hh_l0.T`` and ``b_h =
    bias_ih_l0 + bias_hh_l0``; back likewise, with ``bias_hh_l0`` zero.

    Parameters
    ----------
    forget_bias : float, or array of shape (H,)
        What the forget gate starts from, in ``b_h``: σ(forget_bias) of c stays from step to step.
    """

    SHAPES = {"W_in": "I4H", "W_hh": "H4H", "b_h": "4H"}
    STATE = 2

    def __init__(self, I, H, C, *, forget_bias=1.0, **options):
        super().__init__(I, H, C, **options)
        _set_bias(self.params, "forget_bias", forget_bias, H)

    def run(self, X, h0):
        """Return the `Cache` of all steps.

        Its `kept` has the rows s_t = [x_t, 1, h_{t-1}], i, f, o, g side by side, and tanh c.
        """
        W_in, W_hh, b_h = (self.params[k] for k in self.SHAPES)
        (T, N, I), H = X.shape, len(W_hh)

        W = _gates_first(np.concatenate([W_in, b_h[None], W_hh]), H)
        W[:, : 3 * H] *= -1
        rows = _block(T + 1, N, I + 1 + 2 * H, h0.dtype)  # of each step x, 1, h, c
        rows[:T, :, :I], rows[:, :, I], rows[0, :, I + 1 :] = X, 1, h0
        s, states = rows[:, :, : I + 1 + H], rows[:, :, I + 1 :]
        h, c = states[:, :, :H], states[:, :, H:]
        z, tanh_c = _block(T, N, 4 * H, h0.dtype), _block(T, N, H, h0.dtype)
        gates, (i, f, o, g) = z[:, :, : 3 * H], _columns(z, H)
        ig = _block(1, N, H, h0.dtype)[0]
        for t in range(T):
            np.matmul(s[t], W, out=z[t])
            _sigmoid(gates[t])
            np.tanh(g[t], out=g[t])
            np.multiply(f[t], c[t], out=c[t + 1])
            c[t + 1] += np.multiply(i[t], g[t], out=ig)
            np.tanh(c[t + 1], out=tanh_c[t])
            np.multiply(o[t], tanh_c[t], out=h[t + 1])
        return Cache(rows[:T, :, :I], states, h, (s, z, tanh_c))

    def run_back(self, cache, d_read, d_state):
        """Return the gradients of W_in, W_hh, b_h, h0 and X."""
        W_in, W_hh, _ = (self.params[k] for k in self.SHAPES)
        (s, z, tanh_c), (T, N, I), H = cache.kept, cache.X.shape, len(W_hh)
        dtype, c = np.result_type(s, d_read), cache.states[:, :, H:]
        gates, (i, f, o, g) = z[:, :, : 3 * H], _columns(z, H)

        W = np.ascontiguousarray(_gates_first(np.concatenate([W_in, W_hh]), H).T)
        dW, dX = np.zeros((I + 1 + H, 4 * H), dtype), np.empty((T, N, I), dtype)
        share = np.empty_like(dW)
        dz, slope, ds, dc = (_block(1, N, k, dtype)[0] for k in (4 * H, 3 * H, I + H, H))
        d_gates, (di, df, do, dg) = dz[:, : 3 * H], _columns(dz, H)
        dh, more = ds[:, I:], slope[:, :H]
        dh[:], dc[:] = d_read[-1] + d_state[:, :H], d_state[:, H:]
        for t in range(T - 1, -1, -1):
            _slope_of_tanh(tanh_c[t], more)
            more *= o[t]
            more *= dh
            dc += more  # to c_t, through h_t and from c_{t+1}
            np.multiply(dc, g[t], out=di)
            np.multiply(dc, c[t], out=df)
            np.multiply(dh, tanh_c[t], out=do)
            np.subtract(1, gates[t], out=slope)
            slope *= gates[t]
            d_gates *= slope
            _slope_of_tanh(g[t], dg)
            dg *= i[t]
            dg *= dc
            dc *= f[t]
            dW += np.matmul(s[t].T, dz, out=share)
            np.matmul(dz, W, out=ds)  # [dx_t, dh_{t-1}]
            dX[t] = ds[:, :I]
            if cache.every_step and t:
                dh += d_read[t - 1]
            if t % 8 == 0:
                _forget_vanished(dh, dc)
        dW = _gates_first(dW, H)  # its own inverse
        grads = {"W_in": dW[:I], "W_hh": dW[I + 1 :], "b_h": dW[I]}
        return grads | {"h0": np.concatenate([dh, dc], axis=1), "X": dX}


class GRU(Recurrent):
    """Gated recurrent unit (Cho et al. 2014), in the variant that PyTorch has.

        r_t, u_t = σ(x_t W_in + h_{t-1} W_hh + b_h), the first and second block of columns
        n_t = tanh(x_t W_n + b_n + r_t (h_{t-1} W_hn + b_hn)), with those of the third
        h_t = (1 - u_t) n_t + u_t h_{t-1}

    Parameters and attributes are those of `Recurrent`: ``W_in`` of shape (I, 3H), ``W_hh`` (H, 3H),
    ``b_h`` (3H,), columns in the order r, u, n, and ``b_hn`` (H,); the state is h, of shape (N, H).
    Of PyTorch's ``nn.GRU``, which calls u z: ``W_in = weight_ih_l0.T``, ``W_hh = weight_hh_l0.T``,
    ``b_h = bias_ih_l0 + bias_hh_l0`` but for the third block, where it is ``bias_ih_l0`` alone, and
    ``b_hn`` is that of ``bias_hh_l0``; back likewise, with the rest of ``bias_hh_l0`` zero.

    Parameters
    ----------
    update_bias : float, or array of shape (H,)
        What the update gate starts from, in ``b_h``: σ(update_bias) of h stays from step to step.
    """

    SHAPES = {"W_in": "I3H", "W_hh": "H3H", "b_h": "3H", "b_hn": "H"}

    def __init__(self, I, H, C, *, update_bias=1.0, **options):
        super().__init__(I, H, C, **options)
        _set_bias(self.params, "update_bias", update_bias, H)

    def _weights(self):
        """Return W of [h, x, 1] W, whose third block is what r multiplies, and that of x and 1."""
        W_in, W_hh, b_h, b_hn = (self.params[k] for k in self.SHAPES)
        W = np.concatenate([W_hh, np.concatenate([W_in, b_h[None]])])
        H = len(W_hh)
        W_n = W[H:, 2 * H :].copy()
        if b_hn.dtype.kind == "c":
            W = W.astype(np.result_type(W, b_hn))
        W[H:-1, 2 * H :], W[-1, 2 * H :] = 0, b_hn
        return W, W_n

    def run(self, X, h0):
        """Return the `Cache` of all steps.

        Its `kept` has the rows s_t = [h_{t-1}, x_t, 1]; r, u and what r scales side by side; and n.
        """
        (T, N, I), H = X.shape, len(self.params["W_hh"])

        W, W_n = self._weights()
        W[:, : 2 * H] *= -1
        s = _block(T + 1, N, H + I + 1, h0.dtype)
        s[0, :, :H], s[:T, :, H:-1], s[:, :, -1] = h0, X, 1
        a, n = _block(T, N, 3 * H, h0.dtype), _block(T, N, H, h0.dtype)
        h, ru, (r, u, m) = s[:, :, :H], a[:, :, : 2 * H], _columns(a, H)
        rm = _block(1, N, H, h0.dtype)[0]
        np.matmul(s[:T, :, H:], W_n, out=n)  # of all steps at once
        for t in range(T):
            np.matmul(s[t], W, out=a[t])
            _sigmoid(ru[t])
            n[t] += np.multiply(r[t], m[t], out=rm)
            np.tanh(n[t], out=n[t])
            np.subtract(h[t], n[t], out=h[t + 1])  # h_t = n_t + u_t (h_{t-1} - n_t)
            h[t + 1] *= u[t]
            h[t + 1] += n[t]
        return Cache(s[:T, :, H:-1], h, h, (s, a, n))

    def run_back(self, cache, d_read, d_state):
        """Return the gradients of W_in, W_hh, b_h, b_hn, h0 and X."""
        (s, a, n), h, (T, N, I) = cache.kept, cache.h, cache.X.shape
        H, dtype, (r, u, m) = h.shape[2], np.result_type(s, d_read), _columns(a, h.shape[2])

        W, W_n = (w[:-1].T for w in self._weights())
        W, dX = np.ascontiguousarray(W), np.empty((T, N, I), dtype)
        dW, dW_n = np.zeros((H + I + 1, 3 * H), dtype), np.zeros((I + 1, H), dtype)
        share, dx = np.empty_like(dW), _block(1, N, I, dtype)[0]
        da, ds, dn, dh, slope = (_block(1, N, k, dtype)[0] for k in (3 * H, H + I, H, H, H))
        dr, du, dm = _columns(da, H)
        dh[:] = d_read[-1] + d_state
        for t in range(T - 1, -1, -1):
            np.subtract(1, u[t], out=slope)
            np.multiply(dh, slope, out=dn)
            np.subtract(h[t], n[t], out=du)
            du *= dh
            slope *= u[t]
            du *= slope
            dn *= _slope_of_tanh(n[t], slope)
            np.multiply(dn, r[t], out=dm)
            np.subtract(1, r[t], out=slope)
            np.multiply(dm, m[t], out=dr)
            dr *= slope
            dW += np.matmul(s[t].T, da, out=share)
            dW_n += s[t, :, H:].T @ dn
            np.matmul(da, W, out=ds)  # [dh_{t-1}, dx_t], but for the road past the gates
            dh *= u[t]
            dh += ds[:, :H]
            np.matmul(dn, W_n, out=dx)
            np.add(dx, ds[:, H:], out=dX[t])
            if cache.every_step and t:
                dh += d_read[t - 1]
            if t % 8 == 0:
                _forget_vanished(dh)
        db_hn = dW[-1, 2 * H :].copy()
        dW[H:, 2 * H :] = dW_n
        grads = {"W_in": dW[H:-1], "W_hh": dW[:H], "b_h": dW[-1], "b_hn": db_hn}
        return grads | {"h0": dh.copy(), "X": dX}


def _set_bias(params, name, bias, H):
    """Set the second block of ``b_h``, a number or one for each unit."""
    bias = as_numbers(name, bias, real=True)
    if bias.shape not in ((), (H,)):
        raise ValueError(f"{name} has shape {bias.shape}: expected a number, or (H,) with H = {H}")
    params["b_h"][H : 2 * H] = bias


def _block(T, N, K, dtype):
    """Return an array of shape (T, N, K) with the batch last in memory: long rows for a step."""
    return np.empty((T, K, N), dtype).swapaxes(1, 2)


def _columns(a, H):
    """Return the blocks of H columns."""
    return tuple(a[..., k : k + H] for k in range(0, a.shape[-1], H))


def _gates_first(W, H):
    """Return W with the last two blocks of columns exchanged: i, f, g, o are i, f, o, g then."""
    return np.concatenate([W[:, : 2 * H], W[:, 3 * H :], W[:, 2 * H : 3 * H]], axis=1)


def _sigmoid(z):
    """Make σ(z) of -z, in place."""
    if z.dtype.kind == "c":
        np.minimum(z, 700, out=z)  # beyond, a complex infinity would become nan, not 0
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)


def _slope_of_tanh(value, out):
    """Write 1 - value² to `out`, and return it."""
    return np.subtract(1, np.square(value, out=out), out=out)


def _forget_vanished(*signals):
    """Set to 0 what has vanished: subnormal numbers would make the rest ten times slower."""
    for d in signals:
        d[np.abs(d) < np.finfo(d.dtype).tiny / np.finfo(d.dtype).eps] = 0
