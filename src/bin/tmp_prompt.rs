//! tmp
use specgen::config;use specgen::llm::prompt::{Fields,Template};use specgen::source;use camino::*;
fn main(){
 let s=config::load(Utf8Path::new("examples/etcd"),&config::Environment::default(),&[],true).unwrap();
 let t=&s.config.target; let root=Utf8PathBuf::from("/root/go/pkg/mod/go.etcd.io/raft/v3@v3.6.0");
 let o=source::survey(&root,&t.files).unwrap();
 let survey=source::render(&o,Some(&t.show));
 let mut text=String::new();
 let mut places=vec![];
 for n in &t.show { let mut hit=false; for f in &o.files { for ty in &f.types { if &ty.name==n {places.push((f.path.clone(),ty.line..=ty.last_line));hit=true;} } }
  if !hit { match source::find(&o,None,n){source::Found::One(f,g)=>places.push((f.path.clone(),g.first_line..=g.last_line)), x=>println!("{n}: {x:?}")} } }
 for f in &o.files { let r:Vec<_>=places.iter().filter(|(p,_)|*p==f.path).map(|(_,r)|r.clone()).collect(); if r.is_empty(){continue}
  let c=std::fs::read_to_string(root.join(&f.path)).unwrap();
  text.push_str(&format!("## {}\n\n```{}\n{}```\n\n",f.path,f.language.to_string().to_lowercase(),source::numbered(&c,&r))); }
 let brief=std::fs::read_to_string("examples/etcd/brief.md").unwrap();
 let fields=Fields::new().set("system",t.system.as_deref().unwrap()).set("language",o.files[0].language.to_string()).set("brief",&brief).set("source",&text).set("survey",&survey);
 let r=Template::parse("draft",include_str!("../../prompts/draft.md")).unwrap().fill(&fields).unwrap().request("draft",s.config.llm.max_tokens);
 std::fs::create_dir_all("/tmp/model/draft").unwrap();
 std::fs::write("/tmp/model/draft/prompt.md",r.render()).unwrap();
 println!("{} survey {} source {} total {}",r.key(),survey.len(),text.len(),r.render().len());
}
