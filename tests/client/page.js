/** A page with as much of it as the modules build: elements, their texts, what stands in them. */
class Element {
    style = {};
    dataset = {};
    children = [];

    constructor(tag) {
        this.tag = tag;
    }

    append(...children) {
        this.children.push(...children);
    }

    addEventListener() {}

    get text() {
        return this.children.map(child => child.text ?? String(child)).join('');
    }

    /** All elements in it that have this tag. */
    all(tag) {
        return this.children.filter(child => child instanceof Element)
            .flatMap(child => [...(child.tag === tag ? [child] : []), ...child.all(tag)]);
    }
}

global.document = {createElement: tag => new Element(tag)};
