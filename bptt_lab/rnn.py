"""The vanilla recurrent network and its gradient by back-propagation through time.

    z_t = x_t W_in + h_{t-1} W_hh + b_h        h_t = tanh z_t        logits = h_T W_out + b_out

Letters and shapes are those of the notebooks; what all cells share stands in `network`.
"""

import numpy as np

from .network import Cache, Recurrent


class VanillaRNN(Recurrent):
    """Recurrent network with one tanh layer; its backward pass is derived in notebook 03.

    Parameters and attributes are those of `Recurrent`: ``W_in`` of shape (I, H), ``W_hh`` (H, H)
    and ``b_h`` (H,); the state is h, of shape (N, H). An error signal that has vanished, below
    1e-31 in float32 and 1e-292 in float64, counts as 0.
    """

    SHAPES = {"W_in": "IH", "W_hh": "HH", "b_h": "H"}

    def run(self, X, h0):
        """Return the `Cache` of all steps; its `kept` has the rows s_t = [h_{t-1}, x_t, 1]."""
        W_in, W_hh, b_h = (self.params[k] for k in self.SHAPES)
        (T, N, I), H = X.shape, len(W_hh)

        W = np.concatenate([W_hh, W_in, b_h[None]])  # z_t = s_t W: one product
        # Shape (T + 1, N, ...), but the batch last in memory: a step is one block with long rows.
        s = np.empty((T + 1, H + I + 1, N), h0.dtype).swapaxes(1, 2)
        z = np.empty((H, N), h0.dtype).T
        s[0, :, :H], s[:T, :, H:-1], s[:, :, -1] = h0, X, 1
        h = s[:, :, :H]
        for t in range(1, T + 1):
            np.matmul(s[t - 1], W, out=z)
            np.tanh(z, out=h[t])
        return Cache(s[:T, :, H:-1], h, h, (s,))

    def run_back(self, cache, d_read, d_state):
        """Return the gradients of W_in, W_hh, b_h, h0 and X."""
        W = np.concatenate([self.params["W_hh"], self.params["W_in"]])
        h, (s,) = cache.h, cache.kept
        (T, N, I), H, dtype = cache.X.shape, h.shape[2], np.result_type(s, d_read)

        dW, dX = np.zeros((H + I + 1, H), dtype), np.empty((T, N, I), dtype)
        dz, ds = (np.empty((min(T, 8), k, N), dtype).swapaxes(1, 2) for k in (H, H + I))
        dh = d_read[-1] + d_state
        # Eight steps at a time: what needs no order is done for all of them in one call.
        for low in range(T // 8 * 8, -1, -8):
            first, last = max(low, 1), min(low + 7, T)
            before, n = slice(first - 1, last), last - first + 1
            np.square(h[first : last + 1], out=dz[:n])
            np.subtract(1, dz[:n], out=dz[:n])  # tanh'(z) = 1 - tanh(z)²
            for t in range(last, first - 1, -1):
                dz_t, ds_t = dz[t - first], ds[t - first]
                dz_t *= dh  # δ_t = ∂L/∂z_t
                np.matmul(dz_t, W.T, out=ds_t)  # [dh_{t-1}, dx_t]
                dh = ds_t[:, :H]
                if cache.every_step and t > 1:
                    dh += d_read[t - 2]
            dX[before] = ds[:n, :, H:]
            for share in (s[before].swapaxes(1, 2) @ dz[:n])[::-1]:
                dW += share  # of each step in W_hh, W_in and b_h, from the last to the first
            if low:  # or subnormal numbers would make the rest ten times slower
                dh[np.abs(dh) < np.finfo(dtype).tiny / np.finfo(dtype).eps] = 0
        return {"W_in": dW[H:-1], "W_hh": dW[:H], "b_h": dW[-1], "h0": dh.copy(), "X": dX}
