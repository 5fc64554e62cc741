// Networks of other people's, as TorchScript.
#include "guard.hpp"

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

struct ctorch_script_s {
  torch::jit::Module module;
};

ctorch_script ctorch_load_script(const char *path, ctorch_message *error) {
  ctorch_script script = nullptr;
  ctorch::attempt(error, [&] {
    auto module = torch::jit::load(path, at::kCPU);
    module.eval();
    script = new ctorch_script_s{module};
  });
  return script;
}

void ctorch_release_script(ctorch_script script) { delete script; }

bool ctorch_call_script(
    ctorch_script script, ctorch_tensor input, ctorch_tensor *results, size_t capacity, size_t *count,
    ctorch_message *error) {
  return ctorch::attempt(error, [&] {
    auto output = script->module.forward({input->value});
    std::vector<at::Tensor> tensors;
    if (output.isTensor()) {
      tensors.push_back(output.toTensor());
    } else if (output.isTuple()) {
      for (const auto &element : output.toTupleRef().elements()) {
        TORCH_CHECK(element.isTensor(), "it gives a tuple with ", element.tagKind(), " in it");
        tensors.push_back(element.toTensor());
      }
    } else {
      TORCH_CHECK(false, "it gives ", output.tagKind(), ", neither a tensor nor a tuple of tensors");
    }
    *count = std::min(tensors.size(), capacity);
    for (size_t i = 0; i < *count; i++) results[i] = new ctorch_tensor_s{tensors[i]};
  });
}
