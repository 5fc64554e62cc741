// The C face of libtorch that Torch (Swift) is written against. No C++ exception leaves it: a call that fails
// returns null (or false) and sets `*error` to a message that the caller releases with `ctorch_free_message`.
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ctorch_tensor_s *ctorch_tensor;
typedef char *ctorch_message;

typedef enum {
  CTORCH_FLOAT32 = 0,
  CTORCH_FLOAT64 = 1,
  CTORCH_FLOAT16 = 2,
  CTORCH_BFLOAT16 = 3,
  CTORCH_INT64 = 4,
  CTORCH_INT32 = 5,
  CTORCH_INT16 = 6,
  CTORCH_INT8 = 7,
  CTORCH_UINT8 = 8,
  CTORCH_BOOL = 9,
} ctorch_dtype;

void ctorch_free_message(ctorch_message message);

// MARK: lifetime.cpp: making, reading and releasing tensors
void ctorch_release(ctorch_tensor tensor);
ctorch_tensor ctorch_full(const int64_t *shape, size_t rank, double value, ctorch_dtype dtype, ctorch_message *error);
// Of the same shape, type and memory layout.
ctorch_tensor ctorch_zeros_like(ctorch_tensor tensor, ctorch_message *error);
// Copies `bytes` bytes, which must be just the tensor's size.
ctorch_tensor ctorch_from_bytes(
    const void *data, size_t bytes, const int64_t *shape, size_t rank, ctorch_dtype dtype, ctorch_message *error);
// Writes the elements in row-major order; `bytes` must be just the tensor's size.
bool ctorch_to_bytes(ctorch_tensor tensor, void *data, size_t bytes, ctorch_message *error);
size_t ctorch_rank(ctorch_tensor tensor);
int64_t ctorch_extent(ctorch_tensor tensor, size_t dimension);
int64_t ctorch_count(ctorch_tensor tensor);
bool ctorch_get_dtype(ctorch_tensor tensor, ctorch_dtype *dtype);
bool ctorch_item(ctorch_tensor tensor, double *value, ctorch_message *error);
ctorch_tensor ctorch_to_dtype(ctorch_tensor tensor, ctorch_dtype dtype, ctorch_message *error);
ctorch_tensor ctorch_contiguous(ctorch_tensor tensor, bool channels_last, ctorch_message *error);
bool ctorch_is_channels_last(ctorch_tensor tensor);
// `target` takes the values of `source`, in place; shapes must be equal.
bool ctorch_copy(ctorch_tensor target, ctorch_tensor source, ctorch_message *error);

// MARK: operators.cpp: arithmetic, shapes, reductions
ctorch_tensor ctorch_add(ctorch_tensor a, ctorch_tensor b, double alpha, ctorch_message *error);
ctorch_tensor ctorch_mul(ctorch_tensor a, ctorch_tensor b, ctorch_message *error);
ctorch_tensor ctorch_div(ctorch_tensor a, ctorch_tensor b, ctorch_message *error);
ctorch_tensor ctorch_add_scalar(ctorch_tensor a, double b, ctorch_message *error);
ctorch_tensor ctorch_mul_scalar(ctorch_tensor a, double b, ctorch_message *error);
ctorch_tensor ctorch_div_scalar(ctorch_tensor a, double b, ctorch_message *error);
ctorch_tensor ctorch_abs(ctorch_tensor a, ctorch_message *error);
ctorch_tensor ctorch_square(ctorch_tensor a, ctorch_message *error);
ctorch_tensor ctorch_sqrt(ctorch_tensor a, ctorch_message *error);
ctorch_tensor ctorch_exp(ctorch_tensor a, ctorch_message *error);
ctorch_tensor ctorch_sin(ctorch_tensor a, ctorch_message *error);
ctorch_tensor ctorch_cos(ctorch_tensor a, ctorch_message *error);
ctorch_tensor ctorch_round(ctorch_tensor a, ctorch_message *error);
ctorch_tensor ctorch_clamp(ctorch_tensor a, double low, double high, ctorch_message *error);
// The quantile `q` of each row of a matrix, linearly interpolated.
ctorch_tensor ctorch_row_quantile(ctorch_tensor a, double q, ctorch_message *error);
// Elementwise minimum of `a` and `b`.
ctorch_tensor ctorch_minimum(ctorch_tensor a, ctorch_tensor b, ctorch_message *error);
ctorch_tensor ctorch_maximum(ctorch_tensor a, ctorch_tensor b, ctorch_message *error);
ctorch_tensor ctorch_reshape(ctorch_tensor a, const int64_t *shape, size_t rank, ctorch_message *error);
ctorch_tensor ctorch_permute(ctorch_tensor a, const int64_t *order, size_t rank, ctorch_message *error);
ctorch_tensor ctorch_expand(ctorch_tensor a, const int64_t *shape, size_t rank, ctorch_message *error);
ctorch_tensor ctorch_narrow(ctorch_tensor a, int64_t dimension, int64_t start, int64_t length, ctorch_message *error);
ctorch_tensor ctorch_index_select(ctorch_tensor a, int64_t dimension, ctorch_tensor index, ctorch_message *error);
ctorch_tensor ctorch_cat(const ctorch_tensor *tensors, size_t count, int64_t dimension, ctorch_message *error);
ctorch_tensor ctorch_sum(ctorch_tensor a, ctorch_message *error);
ctorch_tensor ctorch_mean(ctorch_tensor a, ctorch_message *error);
// The mean over all dimensions but the first.
ctorch_tensor ctorch_row_means(ctorch_tensor a, ctorch_message *error);
bool ctorch_all_finite(ctorch_tensor a, bool *finite, ctorch_message *error);

// MARK: layers.cpp: what networks are made of
ctorch_tensor ctorch_silu(ctorch_tensor a, ctorch_message *error);
ctorch_tensor ctorch_gelu(ctorch_tensor a, ctorch_message *error);
ctorch_tensor ctorch_layer_norm(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, double eps, ctorch_message *error);

// MARK: convolution.cpp
// `bias` may be null, and so may `addend`, which is added to the result.
ctorch_tensor ctorch_conv2d(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, ctorch_tensor addend, int64_t stride,
    int64_t padding, ctorch_message *error);

// MARK: upsampling.cpp
// The convolution, 3×3 with padding 1, of `input` made as large as `height` and `width` by repeating pixels.
ctorch_tensor ctorch_upsampled_conv2d(
    ctorch_tensor input, int64_t height, int64_t width, ctorch_tensor weight, ctorch_tensor bias,
    ctorch_message *error);

// MARK: linear.cpp
// `bias` may be null, and so may `addend`, which is added to the result.
ctorch_tensor ctorch_linear(
    ctorch_tensor input, ctorch_tensor weight, ctorch_tensor bias, ctorch_tensor addend, ctorch_message *error);

// MARK: geglu.cpp
// [..., 2·n] → [..., n].
ctorch_tensor ctorch_geglu(ctorch_tensor input, ctorch_message *error);

// MARK: attention.cpp
// Softmax(q·kᵀ/√d)·v over [batch, heads, tokens, d].
ctorch_tensor ctorch_attention(ctorch_tensor q, ctorch_tensor k, ctorch_tensor v, ctorch_message *error);

// MARK: group_norm.cpp Over [n, c, ...], with `silu` its SiLU. `shift`, [n, c], is added to every pixel first; it may
// be null. Channels-last pictures of float32 or bfloat16 take one pass forward and one backward, which keep the input
// and a mean and a deviation a group.
ctorch_tensor ctorch_group_norm(
    ctorch_tensor input, ctorch_tensor shift, int64_t groups, ctorch_tensor weight, ctorch_tensor bias, double eps,
    bool silu, ctorch_message *error);

// MARK: autograd.cpp
bool ctorch_set_requires_grad(ctorch_tensor tensor, bool required, ctorch_message *error);
bool ctorch_requires_grad(ctorch_tensor tensor);
bool ctorch_backward(ctorch_tensor loss, ctorch_message *error);
// Null where there is none.
ctorch_tensor ctorch_grad(ctorch_tensor tensor);
void ctorch_clear_grad(ctorch_tensor tensor);
ctorch_tensor ctorch_detach(ctorch_tensor tensor, ctorch_message *error);
// Returns what it was before, for this thread.
bool ctorch_set_grad_enabled(bool enabled);

// MARK: autocast.cpp
// From here on to the matching `leave`, on this thread: convolutions, linear layers and attention take their inputs as
// bfloat16 where `dtype` is that, as PyTorch's `torch.autocast("cpu")` has it, and as they are where it is float32.
// Entering returns what it was before. Weights once cast are kept until the outermost is left.
ctorch_dtype ctorch_enter_autocast(ctorch_dtype dtype);
void ctorch_leave_autocast(ctorch_dtype before);

// MARK: dropout.cpp
// For each row i of `input`: element e is kept, and scaled by 1/(1−p), where Philox4x32-10 with this key and the
// counter (e/4, indices[i], epoch, 0) gives lane e%4 ≥ p·2³². The elements of a row are counted in row-major order,
// those of a picture [c, h, w] over [h, w, c], however either lies in memory. The scale is rounded to the input's type.
ctorch_tensor ctorch_dropout(
    ctorch_tensor input, double p, uint32_t key0, uint32_t key1, uint32_t epoch, const uint32_t *indices,
    size_t rows, ctorch_message *error);

// MARK: sampler.cpp
// What a network's output is: the noise ε, the picture x_0, or v = signal·ε − sigma·x_0.
typedef enum { CTORCH_EPSILON = 0, CTORCH_SAMPLE = 1, CTORCH_VELOCITY = 2 } ctorch_prediction;
// What is added to x_0: x, ε, or ε as it follows from the clamped x_0.
typedef enum { CTORCH_ALONG_X = 0, CTORCH_ALONG_EPSILON = 1, CTORCH_ALONG_CLIPPED_EPSILON = 2 } ctorch_direction;
// From x = signal·x_0 + sigma·ε to x0_weight·x_0 + direction_weight·direction + noise_weight·noise, with x_0 clamped to
// ±range. All are float32 and of one shape; `noise` may be null.
ctorch_tensor ctorch_sampler_step(
    ctorch_tensor output, ctorch_tensor x, ctorch_tensor noise, ctorch_prediction prediction,
    ctorch_direction direction, double signal, double sigma, double range, double x0_weight, double direction_weight,
    double noise_weight, ctorch_message *error);

// MARK: adam.cpp One step of Adam (Kingma & Ba 2015) or AdamW (Loshchilov & Hutter 2019) over all parameters, in place.
// The four lists have one memory layout a parameter; `steps` are float32 scalars that count the steps done, and this
// one is added.
bool ctorch_adam_step(
    const ctorch_tensor *parameters, const ctorch_tensor *gradients, const ctorch_tensor *first_moments,
    const ctorch_tensor *second_moments, const ctorch_tensor *steps, size_t count, double learning_rate,
    double beta1, double beta2, double weight_decay, double eps, bool decoupled, ctorch_message *error);

// MARK: optimizers.cpp
// One step of stochastic gradient descent (Sutskever et al. 2013, as PyTorch has it) over all parameters, in place.
// `buffers` start at zero, and aren't looked at where `momentum` is 0.
bool ctorch_sgd_step(
    const ctorch_tensor *parameters, const ctorch_tensor *gradients, const ctorch_tensor *buffers, size_t count,
    double learning_rate, double momentum, bool nesterov, double weight_decay, ctorch_message *error);
// The L2 norm of all elements of all tensors, float32, summed in double precision.
bool ctorch_norm(const ctorch_tensor *tensors, size_t count, double *norm, ctorch_message *error);
// Multiplies every tensor by `factor`, in place.
bool ctorch_scale(const ctorch_tensor *tensors, size_t count, double factor, ctorch_message *error);
// Moves every tensor the share `weight` of the way to its end, in place.
bool ctorch_lerp(
    const ctorch_tensor *tensors, const ctorch_tensor *ends, size_t count, double weight, ctorch_message *error);

// MARK: memory.cpp
// From `begin` to `end`, what this thread's tensors take more than at `begin`, in bytes, after each allocation and
// release. Tensors made before `begin` go unseen. One trace at a time.
typedef struct ctorch_memory_trace_s *ctorch_memory_trace;
ctorch_memory_trace ctorch_begin_memory_trace(void);
void ctorch_end_memory_trace(ctorch_memory_trace trace);
size_t ctorch_memory_trace_count(ctorch_memory_trace trace);
void ctorch_memory_trace_values(ctorch_memory_trace trace, size_t first, size_t count, int64_t *values);

// MARK: linear_algebra.cpp
// Of a symmetric matrix: eigenvalues, ascending, and eigenvectors as columns.
bool ctorch_symmetric_eigen(
    ctorch_tensor a, ctorch_tensor *eigenvalues, ctorch_tensor *eigenvectors, ctorch_message *error);
// Of each row: the `k` smallest elements, ascending, and where they stand (int64).
bool ctorch_smallest(
    ctorch_tensor a, int64_t k, ctorch_tensor *values, ctorch_tensor *indices, ctorch_message *error);
// Over the last dimension.
ctorch_tensor ctorch_log_softmax(ctorch_tensor a, ctorch_message *error);

// MARK: script.cpp
typedef struct ctorch_script_s *ctorch_script;
// A TorchScript file, in evaluation mode.
ctorch_script ctorch_load_script(const char *path, ctorch_message *error);
void ctorch_release_script(ctorch_script script);
// What `forward` gives: a tensor, or a tuple of tensors, of which the first `capacity` are written to `results`.
bool ctorch_call_script(
    ctorch_script script, ctorch_tensor input, ctorch_tensor *results, size_t capacity, size_t *count,
    ctorch_message *error);

// MARK: runtime.cpp
// Freed memory stays with the process, so that a training's large tensors don't cost page faults again every step.
void ctorch_keep_freed_memory(void);
// Hands the system what is free by now, and drops what is kept of weights that are gone.
void ctorch_release_memory(void);
// Whether layers take the very calls that diffusers makes in PyTorch, rather than faster ones with other roundings, on
// this thread. Setting returns what it was before.
bool ctorch_set_follows_pytorch(bool follows);
bool ctorch_follows_pytorch(void);
void ctorch_set_threads(int threads);
int ctorch_threads(void);
const char *ctorch_version(void);

#ifdef __cplusplus
}
#endif
#endif
