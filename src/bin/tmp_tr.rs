//! tmp
fn main(){ let a:Vec<String>=std::env::args().collect(); let t=std::fs::read_to_string(&a[1]).unwrap();
 match specgen::transform::transform(&t,"IISpec.tla",&Default::default()){ Ok(x)=>std::fs::write(&a[2],x.text).unwrap(), Err(d)=>for d in d {println!("{}\n",d.render(false))} } }
