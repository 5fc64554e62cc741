import CTorch

/// One pass over many tensors, such as all parameters of a network.
extension Tensor {
  /// The L2 norm of all elements of all tensors together, summed in double precision. The tensors are float32.
  public static func norm(of tensors: [Tensor]) -> Double {
    var norm = 0.0
    withHandles(tensors) { handles in
      trapping("norm", []) { ctorch_norm(handles[0], tensors.count, &norm, &$0) }
    }
    return norm
  }

  /// Multiplies every tensor by `factor`, in place.
  public static func scale(_ tensors: [Tensor], by factor: Double) {
    withHandles(tensors) { handles in
      trapping("scale", []) { ctorch_scale(handles[0], tensors.count, factor, &$0) }
    }
  }

  /// Moves every tensor the share `weight`, 0…1, of the way to the tensor of the same place in `ends`, in place.
  public static func interpolate(_ tensors: [Tensor], to ends: [Tensor], weight: Double) {
    withHandles(tensors, ends) { handles in
      trapping("interpolate", []) { ctorch_lerp(handles[0], handles[1], tensors.count, weight, &$0) }
    }
  }
}

func withHandles(_ lists: [Tensor]..., body: ([[OpaquePointer?]]) -> Void) {
  body(lists.map { $0.map(\.handle) })
  withExtendedLifetime(lists) {}
}
