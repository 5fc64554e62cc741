// What is taken of whole matrices of features.
#include "guard.hpp"

using ctorch::attempt;
using ctorch::make;

bool ctorch_symmetric_eigen(
    ctorch_tensor a, ctorch_tensor *eigenvalues, ctorch_tensor *eigenvectors, ctorch_message *error) {
  return attempt(error, [&] {
    auto [values, vectors] = at::linalg_eigh(a->value);
    *eigenvalues = new ctorch_tensor_s{values};
    *eigenvectors = new ctorch_tensor_s{vectors};
  });
}

bool ctorch_smallest(
    ctorch_tensor a, int64_t k, ctorch_tensor *values, ctorch_tensor *indices, ctorch_message *error) {
  return attempt(error, [&] {
    auto [least, places] = at::topk(a->value, k, -1, /*largest=*/false, /*sorted=*/true);
    *values = new ctorch_tensor_s{least};
    *indices = new ctorch_tensor_s{places};
  });
}

ctorch_tensor ctorch_log_softmax(ctorch_tensor a, ctorch_message *error) {
  return make(error, [&] { return at::log_softmax(a->value, -1); });
}
