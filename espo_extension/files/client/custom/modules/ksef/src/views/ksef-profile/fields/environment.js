/** Production, Demo or Test: one of three that all stand there, and none that is chosen silently. */
define('modules/ksef/views/ksef-profile/fields/environment', [
    'views/fields/base',
    'views/fields/enum',
], (Base, Enum) => class extends Enum {
    editTemplateContent = `
        <div class="main-element" data-name="{{name}}" role="radiogroup" aria-label="{{label}}">
            {{#each choices}}<label class="radio-inline">
                <input type="radio" name="{{../radioName}}" value="{{value}}"{{#if isChosen}} checked{{/if}}> {{text}}
            </label>{{/each}}
        </div>`

    validationElementSelector = '.main-element'

    data() {
        const chosen = this.model.get(this.name);

        return {
            ...super.data(),
            label: this.getLabelText(),
            // Two forms may be open, one in a dialog.
            radioName: `${this.name}-${this.cid}`,
            choices: this.params.options.filter(Boolean).map(value => ({
                value,
                text: this.translatedOptions?.[value] || value,
                isChosen: value === chosen,
            })),
        };
    }

    afterRender() {
        // There is no list to drop down in the form.
        (this.isEditMode() ? Base : Enum).prototype.afterRender.call(this);
    }

    fetch() {
        return {[this.name]: this.$el.find('input:checked').val() || null};
    }
});
