import tla2sany.semantic.ModuleNode;
import tla2sany.semantic.OpDefNode;
import tlc2.tool.EvalControl;
import tlc2.tool.TLCState;
import tlc2.tool.coverage.CostModel;
import tlc2.tool.impl.FastTool;
import tlc2.tool.impl.Tool;
import tlc2.util.Context;
import tlc2.util.FP64;
import tlc2.value.impl.Value;

/** What TLC says of each constant definition `E0`, `E1`, .. of a module: a line `@@ name = value` or `@@ name ! message`. */
public class Evaluate {
    public static void main(String[] args) {
        // The constructor runs TLC's own preparation, which evaluates constants and keeps what fails to itself.
        FP64.Init(0);
        Tool tool = new FastTool(args[0], args[1]);
        ModuleNode root = tool.getSpecProcessor().getRootModule();
        for (OpDefNode definition : root.getOpDefs()) {
            String name = definition.getName().toString();
            if (!name.matches("E[0-9]+")) {
                continue;
            }
            try {
                Value value = tool.eval(definition.getBody(), Context.Empty, TLCState.Empty, TLCState.Empty,
                        EvalControl.Clear, CostModel.DO_NOT_RECORD);
                // As a part of a state, which has no parts that wait.
                value.deepNormalize();
                value.fingerPrint(FP64.New());
                System.out.println("@@ " + name + " = " + value.toString().replace('\n', ' '));
            } catch (Throwable error) {
                String message = error.getMessage() == null ? error.getClass().getName() : error.getMessage();
                System.out.println("@@ " + name + " ! " + message.replace('\n', ' '));
            }
        }
    }
}
