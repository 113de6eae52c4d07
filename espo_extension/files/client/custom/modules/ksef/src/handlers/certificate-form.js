define('modules/ksef/handlers/certificate-form', [], () => class {
    constructor(view) {
        this.view = view;
    }

    process() {}
});
