; One match makes one thing: the capture without a dot is the thing, the captures with a dot are its parts.

(function_item
  name: (_) @function.name
  parameters: (parameters) @function.parameters
  return_type: (_)? @function.result
  body: (block) @function.body) @function

(function_signature_item
  name: (_) @function.name
  parameters: (parameters) @function.parameters
  return_type: (_)? @function.result) @function

(impl_item trait: (_)? @scope.trait type: (_) @scope.type) @scope
(trait_item name: (_) @scope.type) @scope
(mod_item name: (_) @scope.module body: (_)) @scope

(struct_item name: (_) @type.name) @type
(enum_item name: (_) @type.name) @type
(union_item name: (_) @type.name) @type
(trait_item name: (_) @type.name) @type
(type_item name: (_) @type.name type: (_) @type.kind) @type

(field_declaration name: (_) @field.name type: (_) @field.type) @field
(struct_item body: (ordered_field_declaration_list type: (_) @field.type @field))

(enum_variant name: (_) @variant.name value: (_)? @variant.value) @variant
(const_item name: (_) @constant.name type: (_) @constant.of value: (_)? @constant.value) @constant
(static_item name: (_) @variable.name type: (_) @variable.of value: (_)? @variable.value) @variable

(call_expression function: (_) @call.callee) @call
(macro_invocation macro: (_) @call.callee) @call

(assignment_expression left: (field_expression) @assign.target) @assign
(assignment_expression left: (index_expression) @assign.target) @assign
(assignment_expression left: (unary_expression) @assign.target) @assign
(compound_assignment_expr left: (field_expression) @assign.target) @assign
(compound_assignment_expr left: (index_expression) @assign.target) @assign
(compound_assignment_expr left: (unary_expression) @assign.target) @assign
