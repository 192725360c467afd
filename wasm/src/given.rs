//! Objects as JavaScript gives them, read member by member: that is all that the module which only validates needs. `serde-wasm-bindgen`
//! would bring along how numbers with a point are written, 11 kB of it, and a getter for each member its name with a digest.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An object. `src/js` has looked at what is in it, and has copied it: reading a member calls nobody.
    pub type Given;

    #[wasm_bindgen(method, structural, indexing_getter)]
    fn member(this: &Given, name: &str) -> JsValue;

    #[wasm_bindgen(js_namespace = Object, js_name = keys)]
    fn keys(of: &Given) -> Vec<String>;
}

impl Given {
    #[inline(never)]
    pub fn text(&self, name: &str) -> Option<String> {
        self.member(name).as_string()
    }

    #[inline(never)]
    pub fn number(&self, name: &str) -> Option<u32> {
        self.member(name).as_f64().map(|number| number as u32)
    }

    #[inline(never)]
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.member(name).as_bool()
    }

    pub fn object(&self, name: &str) -> Option<Self> {
        let member = self.member(name);
        member.is_object().then(|| member.unchecked_into())
    }

    /// The items of a list that are strings.
    pub fn values(&self) -> Vec<String> {
        self.texts().into_iter().map(|(_, value)| value).collect()
    }

    /// The members that are objects, or lists.
    pub fn objects(&self) -> Vec<(String, Self)> {
        keys(self).into_iter().filter_map(|name| self.object(&name).map(|object| (name, object))).collect()
    }

    /// The members that are strings.
    pub fn texts(&self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for name in keys(self) {
            if let Some(text) = self.text(&name) {
                texts.push((name, text));
            }
        }
        texts
    }
}
