"""The experiment of the checks whose runs share trainings: a network that trains in a second, for ten epochs."""

SETTINGS = """
name: shared
seed: 3
data: {source: sprites, count: 60, size: 16, split: {train: 0.7, validation: 0.2, test: 0.1}}
model: {widths: [8, 16], norm_groups: 4, heads: 2, cross_attention: 16, layers_per_block: 1}
conditioning: {embedding: 8, dropout: 0.1, label_keep: 0.8}
diffusion: {timesteps: 50}
training: {epochs: 10, batch_size: 16, loss: l1, learning_rate: 2.0e-3, threads: 1, ema: {decay: 0.9}}
sampling: {grid: {rows: 2}}
"""
