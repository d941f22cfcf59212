; One match makes one thing: the capture without a dot is the thing, the captures with a dot are its parts.

(function_definition
  name: (identifier) @function.name
  parameters: (parameters) @function.parameters
  return_type: (_)? @function.result
  body: (block) @function.body) @function

(class_definition name: (identifier) @scope.type) @scope
(class_definition name: (identifier) @type.name) @type

(class_definition body: (block (expression_statement
  (assignment left: (identifier) @field.name type: (_) @field.type) @field)))
(class_definition body: (block (expression_statement
  (assignment left: (identifier) @field.name !type right: (_) @field.value) @field)))
((assignment
  left: (attribute object: (identifier) @field.object attribute: (identifier) @field.name)
  type: (_)? @field.type
  right: (_) @field.value) @field
  (#eq? @field.object "self"))
((assignment
  left: (pattern_list (attribute object: (identifier) @field.object attribute: (identifier) @field.name))
  right: (_) @field.value) @field
  (#eq? @field.object "self"))

(module (expression_statement
  (assignment left: (identifier) @constant.name type: (_)? @constant.of right: (_) @constant.value) @constant))

(call function: (_) @call.callee) @call

(assignment left: (attribute) @assign.target) @assign
(assignment left: (subscript) @assign.target) @assign
(assignment left: (pattern_list (attribute) @assign.target)) @assign
(augmented_assignment left: (attribute) @assign.target) @assign
(augmented_assignment left: (subscript) @assign.target) @assign

((with_item value: (_) @lock.operand) @lock
  (#match? @lock.operand "[lL]ock|[mM]utex"))
